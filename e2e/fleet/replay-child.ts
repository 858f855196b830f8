// The support replay tool: nobody starts it for months, and then it has to work.
import { once } from './once.ts'

await once('replay', 'exception')
