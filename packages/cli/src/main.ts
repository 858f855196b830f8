// What was typed becomes a command, and what came of it a code to end with. Entered by main.mjs. Only this file knows the process: its
// arguments, its environment and its end.
import { failureOf } from './exit.ts'
import { execute } from './program.ts'

const tell = (text: string) => void process.stderr.write(`rekey: ${text}\n`)

try {
  process.exitCode = await execute(process.argv.slice(2), { environment: process.env, tell })
} catch (error) {
  const failure = failureOf(error)
  tell(failure.message)
  if (failure.how !== '') tell(failure.how)
  process.exitCode = failure.exitCode
}
// What is left are connections that nobody waits for.
process.exit()
