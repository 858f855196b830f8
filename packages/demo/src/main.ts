// The demo, from what was typed to its end. Entered by main.mjs. Only this file knows the process: its arguments, its terminal and its end.
import { Conductor } from './conductor.ts'
import { type Options, optionsOf, UsageError, usage } from './options.ts'
import { type Commands, listen } from './show/keyboard.ts'
import { Stage } from './show/stage.ts'
import { serveStage } from './show/stage-server.ts'
import { bare, coloured, width } from './show/table.ts'
import { showLive, showPlain } from './show/terminal.ts'

const beatMs = 1_500
const usageCode = 64

async function measured({ act }: Options): Promise<number> {
  const conductor = new Conductor(new Stage(), { beatMs: 0, stays: false })
  endOnSignals(() => conductor.close())
  let failure: Error | null = null
  await conductor.play(act).catch((error: Error) => {
    failure = error
  })
  const { figures } = conductor
  await conductor.close()
  const missing = failure === null ? figures.missing : [(failure as Error).message, ...figures.missing]
  const ok = missing.length === 0
  process.stdout.write(`${JSON.stringify({ ...figures, ok, missing }, null, 2)}\n`)
  return ok ? 0 : 1
}

async function shown({ act, port }: Options): Promise<number> {
  const { stdin, stdout } = process
  const isLive = stdout.isTTY && stdin.isTTY
  // The status block is drawn over itself, so its lines must not be broken by the terminal.
  const isWide = stdout.isTTY && stdout.columns >= width
  const paint = stdout.isTTY && !process.env['NO_COLOR'] ? coloured : bare
  const stage = new Stage()
  const conductor = new Conductor(stage, { beatMs, stays: isLive })
  let quit: () => void = () => undefined
  const wantsToLeave = new Promise<void>(resolve => {
    quit = resolve
  })
  const commands: Commands = {
    pauseOrGo: () => void (stage.isPaused ? conductor.go() : conductor.pause()),
    jump: to => conductor.jump(to),
    next: () => conductor.jump(stage.act === 1 ? 2 : stage.act === 2 ? 3 : 1),
    quit,
  }
  const server = await serveStage(stage, commands, port)
  const addresses = () => {
    const { dashboard } = stage
    const where =
      dashboard === null
        ? []
        : [`dashboard ${dashboard.address}  as ${dashboard.person}, password ${dashboard.password}`]
    return [`in the browser ${server.address}`, ...where]
  }
  const isDrawn = isLive && isWide
  const stop = isDrawn ? showLive(stage, stdout, paint, addresses) : showPlain(stage, stdout, paint)
  if (!isDrawn) stdout.write(`The stage is at ${server.address}\n`)
  const stopKeys = isLive ? listen(stdin, commands) : () => undefined
  endOnSignals(async () => quit())
  try {
    await Promise.race([conductor.play(act), wantsToLeave])
  } finally {
    stop()
    stopKeys()
    await conductor.close()
    await server.close()
  }
  return conductor.figures.ok || isLive ? 0 : 1
}

function endOnSignals(end: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void end())
  }
  // Whoever started us is gone (rekey demo).
  process.once('disconnect', () => void end())
  process.channel?.unref()
}

try {
  const options = optionsOf(process.argv.slice(2))
  if (options === 'help') process.stdout.write(usage)
  else process.exitCode = await (options.json ? measured(options) : shown(options))
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  if (error instanceof UsageError) process.stderr.write(usage)
  process.exitCode = error instanceof UsageError ? usageCode : 1
}
process.exit()
