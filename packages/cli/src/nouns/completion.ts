// rekey completion: the script that makes a shell ask `rekey complete`.
import { needed, oneOf } from '../kinds.ts'
import { verb } from '../verb.ts'

export const completion = verb({
  name: 'completion',
  summary: 'what makes a shell complete all of this',
  text: `Words, options and choices come from rekey itself; ids from the control plane, where
somebody is signed in and it answers at once.`,
  args: { shell: needed(oneOf(['bash', 'zsh', 'fish'], 'which shell', 'shell')) },
  isBare: true,
  examples: [
    'completion bash >> ~/.bashrc',
    'completion zsh > ~/.zfunc/_rekey',
    'completion fish > ~/.config/fish/completions/rekey.fish',
  ],
  async run(call) {
    const { scripts } = await import('../completion/scripts.ts')
    call.io.out.write(scripts[call.args.shell])
    return 0
  },
})
