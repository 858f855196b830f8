// How the dashboard is built: addresses are relative, so that it works behind any path, and the routes of the API come in as data.
import { allRoutes } from '@rekey/wire'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/**
 * `virtual:routes`: each operation with its method and path. The types come from the wire too (src/api/ask.ts), but its schemas stay
 * here: no page needs them, and they would be most of what is loaded first.
 */
const routesOfTheWire: Plugin = {
  name: 'rekey-routes',
  resolveId: id => (id === 'virtual:routes' ? '\0virtual:routes' : null),
  load(id) {
    if (id !== '\0virtual:routes') return null
    const known = allRoutes
      .filter(([, { who }]) => who !== 'agent' && who !== 'source' && who !== 'receiver')
      .map(([operation, { method, path }]) => [operation, [method, path.slice(1)]])
    return `export const routes = ${JSON.stringify(Object.fromEntries(known))}`
  },
}

export default defineConfig({
  base: './',
  plugins: [react(), routesOfTheWire],
  build: {
    target: 'es2023',
    // A font or picture within a style sheet would need `data:` in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
