// Loaded before a program that knows nothing of us (node --import): it ends in order when whoever started it is gone, however that came to be.
const patienceMs = 5_000

process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.exit(1), patienceMs).unref()
})
process.channel?.unref()
