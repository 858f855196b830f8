// What vite.config.ts makes of the wire's routes.
declare module 'virtual:routes' {
  export const routes: Readonly<Record<string, readonly [method: string, path: string]>>
}
