// How a proof is turned down: a code for programs, a sentence for whoever reads the log, and what to do. It never repeats
// the proof.

export interface Refusal<Code extends string> {
  ok: false
  code: Code
  text: string
  how: string
}

export const refuse = <Code extends string>(code: Code, text: string, how: string): Refusal<Code> => ({
  ok: false,
  code,
  text,
  how,
})
