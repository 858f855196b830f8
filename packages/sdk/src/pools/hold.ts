// What was opened with one version of a credential. From the first connection to the end of the last one this process is reported as
// holding that version, whatever has been assigned since: that is what keeps it from being retired (requirement 6.1). A session
// of the SDK does the reporting (requirement 5.3): when another version comes it announces when the last connection
// will be gone at the latest, and it ends when the last one is.
import type { Credential, Work } from '../credential.ts'
import { after, type Timer } from '../environment.ts'
import { RekeyError } from '../error.ts'
import type { Session } from '../session.ts'
import type { UseOptions } from '../use.ts'

export interface HoldOptions {
  /** What sessions are called in the control plane's record. */
  name: string
  /** How long what is in use may stay with a version that was replaced. */
  drainMs: number
}

/** From when the last connection is forced to end to when the session would ask for a checkpoint, which it must never come to. */
const spareMs = 15_000

export class Hold {
  readonly version: number
  readonly #options: HoldOptions
  /** Everything is closed at once: the time is over, or the version was taken away. */
  readonly #drop: (hold: Hold) => void
  readonly #began: Promise<Session<void>>
  #session: Session<void> | null = null
  /** Connections, and those that are being opened. */
  #lives = 0
  #isRetired = false
  #isDropped = false
  #timer: Timer | undefined
  #end = () => {}

  /** Made within a use of the same version, so that both are of one moment. */
  constructor(credential: Credential, version: number, options: HoldOptions, drop: (hold: Hold) => void) {
    this.version = version
    this.#options = options
    this.#drop = drop
    const ended = new Promise<void>(resolve => {
      this.#end = resolve
    })
    this.#began = credential.session<void>({
      name: options.name,
      noticeMs: options.drainMs + spareMs,
      checkpointMs: 0,
      checkpoint: () => ended,
      resume: () => undefined,
    })
    // Whoever waits in ready() is told.
    this.#began.catch(() => undefined)
  }

  get isRetired(): boolean {
    return this.#isRetired
  }

  get isDropped(): boolean {
    return this.#isDropped
  }

  async ready(): Promise<void> {
    if (this.#session !== null) return
    const session = await this.#began
    if (this.#session !== null) return
    if (session.version !== this.version) {
      session.end()
      const text = `Version ${this.version} was replaced at this very moment.`
      throw new RekeyError('version-ended', text, 'Do it again.')
    }
    this.#session = session
    session.context.signal.addEventListener('abort', () => this.#dropNow(), { once: true })
  }

  /** One use, counted with this version. */
  use<T>(work: Work<T>, options?: UseOptions): Promise<T> {
    return this.#session!.use(work, options)
  }

  enter(): void {
    this.#lives++
  }

  leave(): void {
    this.#lives--
    this.#look()
  }

  /** Nothing more is opened with it. */
  retire(): void {
    if (this.#isRetired) return
    this.#isRetired = true
    this.#timer = after(this.#options.drainMs, () => this.#dropNow())
    this.#look()
  }

  #dropNow(): void {
    this.#isRetired = true
    this.#isDropped = true
    this.#drop(this)
    this.#look()
  }

  #look(): void {
    if (!this.#isRetired || this.#lives > 0) return
    clearTimeout(this.#timer)
    if (this.#session !== null) this.#session.end()
    else
      this.#began.then(
        session => session.end(),
        () => undefined,
      )
    this.#end()
  }
}
