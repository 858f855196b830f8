// A program as short as can be: one use, nothing closed. A spec starts it, to see that it ends by itself and still reports.
import { connect } from './index.ts'

const version = await connect()
  .credential('docs')
  .use(context => context.version)
console.log(`used ${version}`)
