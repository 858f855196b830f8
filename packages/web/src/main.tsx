// Where the browser begins.
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { apply } from './parts/preference.ts'

apply()
createRoot(document.getElementById('root')!).render(<App />)
