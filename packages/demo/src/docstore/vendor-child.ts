// Docstore as a process of its own: it says where it listens, and ends with whoever started it.
import { docstore } from './server.ts'

const adminKey = process.env['DOCSTORE_ADMIN_KEY'] ?? ''
const server = docstore(adminKey)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.send?.({ port: address.port })
})
process.once('disconnect', () => process.exit(0))
process.once('SIGTERM', () => process.exit(0))
// Ctrl-C goes to the whole group: whoever started us ends us when the others have ended.
process.on('SIGINT', () => undefined)
