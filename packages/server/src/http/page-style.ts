// What the few pages look like that are no part of the dashboard: light and dark, without anything from elsewhere.
export const pageStyle = `:root{color-scheme:light dark;--ink:#1a1f2b;--paper:#fbfbf9;--line:#d8dade;--soft:#5a6472;--mark:#0b5cad}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ec;--paper:#14171d;--line:#333a46;--soft:#a0a9b8;--mark:#7db8f5}}
*{box-sizing:border-box}body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:72rem;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.8rem;margin:0}h2{margin:2.5rem 0 .5rem;font-size:1.25rem}h3{font-size:1rem;margin:1rem 0 .25rem}a{color:var(--mark)}
small{color:var(--soft)}`
