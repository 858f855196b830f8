// A program without a `process`, as at an edge: no variables, no files, no node:http. A spec starts it, to see that the SDK needs
// none of them. It is given the address and the join token as arguments, before that is taken away.
const [, , url = '', join = ''] = process.argv
const { log } = console
Object.assign(globalThis, { process: undefined })

const { connect } = await import('./index.ts')
const rekey = connect({ url, join, instance: 'edge', flushMs: 60_000 })
const version = await rekey.credential('docs').use(context => context.version)
await rekey.close()
log(`used ${version}`)
