// Runs on any Node: says clearly what is missing before a newer one is needed.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(`Rekey needs Node 24 or newer; this is ${process.version}.`)
  console.error(
    'On Linux (x64, arm64) "npm ci" installs it beside the project; elsewhere install Node 24 yourself.',
  )
  process.exit(1)
}
