// rekey log: the sealed log. Its checkpoint, the proof that an event is in it, and the check of that proof, offline.
import { writeFileSync } from 'node:fs'
import { exitCodes, Failure, usage } from '../exit.ts'
import { parseJson, readJsonFile, readText } from '../json-file.ts'
import { count, file, flag, needed, word } from '../kinds.ts'
import { blank, fields, line, text } from '../show/blocks.ts'
import { bad, good, quiet } from '../show/words.ts'
import { type Verb, verb } from '../verb.ts'
import { view } from '../view.ts'

const checkpoint = view({
  name: 'checkpoint',
  summary: 'the signed checkpoint of the log, and the key it is checked with',
  text: 'Keep the key, once and elsewhere: rekey log checkpoint --key > log.key\nA proof is checked with it later, whatever the control plane says then.',
  options: { key: flag('the key alone') },
  read: call => call.ask('record.checkpoint'),
  blocks: ({ checkpoint, key, size }, call) =>
    call.options.key
      ? [line(key)]
      : [
          fields([
            ['size', `${size} events`],
            ['key', key],
          ]),
          blank,
          checkpoint === null ? line(quiet('Nothing is sealed yet.')) : text(checkpoint),
        ],
})

const proof = verb({
  name: 'proof',
  summary: 'the proof that an event is in the log',
  text: 'A JSON file with the proof (C2SP tlog-proof) and the leaf that is proved.',
  args: { position: needed(count('position', 'the place of the event in the record')) },
  options: { out: file('write it there instead of to standard output') },
  examples: ['log proof 1204 --out event-1204.json'],
  async run(call) {
    const { position } = call.args
    const answer = await call.ask('record.proof', { params: { position } })
    const { out } = call.options
    if (out === undefined) {
      call.json(answer)
      return 0
    }
    try {
      writeFileSync(out, `${JSON.stringify(answer, null, 2)}\n`)
    } catch (error) {
      throw new Failure(
        exitCodes.cannotWrite,
        `${out} cannot be written (${String((error as { code?: string }).code)}).`,
      )
    }
    call.tell(quiet(`The proof that event ${position} is leaf ${answer.leaf} is in ${out}.`))
    call.hint(`log verify ${out} --key-file log.key`)
    return 0
  },
})

const verify = verb({
  name: 'verify',
  summary: 'check a proof offline, with the key that you kept',
  text: `Asks nobody. The key is the one that was kept when the control plane was trusted, or a
tlog-policy names it, and the witnesses that must have signed as well. With --event
it is also checked that this event, as rekey event show --json gave it, is the one
that was sealed. Ends with 1 when it is not proved.`,
  args: { file: needed(word('file', 'what rekey log proof wrote; - is standard input')) },
  options: {
    key: word('key', 'the key of the log'),
    keyFile: file('a file with it'),
    policy: file('a tlog-policy (C2SP), with logs and witnesses'),
    origin: word('name', 'which log it must be, where the policy knows several'),
    event: file('an event that must be the one that was sealed'),
  },
  examples: [
    'log verify event-1204.json --key-file log.key',
    'log verify p.json --policy auditors.policy --event event.json',
  ],
  async run(call) {
    const { event, key, keyFile, origin, policy } = call.options
    const given = [key, keyFile, policy].filter(one => one !== undefined)
    if (given.length !== 1) {
      throw usage(
        given.length === 0
          ? 'It is not said whose signature is trusted.'
          : 'A key and a policy do not go together.',
        'Give one of --key, --key-file and --policy. The key, to be kept once: rekey log checkpoint --key',
      )
    }
    const proved = await readJsonFile(call.args.file, call.io)
    if (!isProof(proved))
      throw usage(`${call.args.file} is no proof.`, 'Make one: rekey log proof <position>')
    const { verifiedOffline } = await import('../log-proof.ts')
    const trusted = {
      key: key ?? (keyFile === undefined ? null : readText(keyFile)),
      policy: policy === undefined ? null : readText(policy),
      origin: origin ?? null,
    }
    const verdict = verifiedOffline(
      proved,
      trusted,
      event === undefined ? undefined : parseJson(readText(event), event),
    )
    const { index, isSealed, leaf, ok, size, why, witnesses } = verdict
    call.show(verdict, () => [
      line(ok ? good('Proved: it is in the log.') : bad(`Not proved: ${why}.`)),
      ...(leaf === null
        ? []
        : [
            blank,
            fields([
              ['log', verdict.origin],
              ['leaf', `${index} of ${size}`],
              ['what', leaf.action],
              ['about', leaf.subject],
              ['by', leaf.actor],
              ['when', call.times().at(leaf.ts)],
              [
                'data',
                isSealed === null
                  ? leaf.evidence.join(', ')
                  : isSealed
                    ? good('those of the event shown')
                    : bad('not those of the event shown'),
              ],
              ['witnesses', witnesses.length === 0 ? quiet('none') : witnesses.join(', ')],
            ]),
          ]),
    ])
    return ok ? 0 : exitCodes.failed
  },
})

function isProof(value: unknown): value is { proof: string; data: string } {
  const { data, proof } = (value ?? {}) as Record<string, unknown>
  return typeof data === 'string' && typeof proof === 'string'
}

export const verbs: readonly Verb[] = [checkpoint, proof, verify]
