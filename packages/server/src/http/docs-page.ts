// The API as a page to read: made from the same routes as the OpenAPI document, without a script and without anything from
// elsewhere.
import { openApi } from '@rekey/wire'
import { pageStyle } from './page-style.ts'

interface Shape {
  type?: string
  description?: string
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  anyOf?: Shape[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  pattern?: string
  minimum?: number
  maximum?: number
  maxLength?: number
}

interface Parameter {
  name: string
  in: string
  required: boolean
  schema: Shape
}

export function docsPage(version: string): string {
  const document = openApi(version)
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )
  const groups = document.tags.map(({ name }) => ({
    name,
    slug: name.toLowerCase().replaceAll(/[^a-z]+/g, '-'),
    operations: operations.filter(one => one.tags[0] === name),
  }))
  const contents = groups
    .map(
      ({ name, slug, operations }) =>
        `<li><a href="#${slug}">${text(name)}</a> <small>${operations.length}</small></li>`,
    )
    .join('')
  const sections = groups
    .map(
      ({ name, slug, operations }) =>
        `<section id="${slug}"><h2>${text(name)}</h2>${operations.map(operationPart).join('')}</section>`,
    )
    .join('')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Rekey API</title><style>${pageStyle}${style}</style></head><body><a class="skip" href="#main">To the operations</a>
<header><h1>Rekey API</h1><p>${text(document.info.description)} Version ${text(version)}; also as <a href="openapi.json">OpenAPI ${document.openapi}</a>.</p></header>
<nav aria-label="Contents"><ul>${contents}</ul></nav><main id="main"><section id="rules"><h2>What holds everywhere</h2>${rules}</section>${sections}</main></body></html>`
}

const rules = `<ul>
<li>Show an API token or a session token as <code>authorization: Bearer …</code>; agents prove each request with their key.</li>
<li>What goes wrong is <code>application/problem+json</code> with a <code>code</code> that stays the same, what it is about, and what to do.</li>
<li>Writes take an <code>idempotency-key</code>: the same key with the same request has the effect of once, for a day.</li>
<li>Lists come in pages: go on with <code>after</code>, from <code>next</code>, until that is null.</li>
<li>Where there is an <code>etag</code>, <code>if-none-match</code> saves reading again and <code>if-match</code> refuses to change what was not seen.</li>
<li>429 and 503 say in <code>retry-after</code> when to come again. Times are milliseconds since 1970, UTC.</li></ul>`

type Operation = ReturnType<typeof openApi>['paths'][string][string] & { path: string; method: string }

function operationPart({
  method,
  path,
  summary,
  description,
  operationId,
  parameters,
  requestBody,
  responses,
  security,
}: Operation): string {
  const asked = (parameters as Parameter[]).filter(one => one.in !== 'header')
  const body = schemaOf(requestBody)
  const answer = schemaOf(Object.entries(responses).find(([code]) => code !== 'default')?.[1])
  const who =
    security === undefined
      ? 'anyone'
      : Object.keys(security[0] ?? {})[0] === 'agent'
        ? 'agents'
        : 'people and tokens'
  return `<details id="${text(operationId)}"><summary><code class="${method}">${method.toUpperCase()}</code> <code>${text(path)}</code> <span>${text(summary)}</span></summary>
<p>${text(description ?? '')} <small>For ${who}.</small></p>
${asked.length > 0 ? `<h3>Parameters</h3>${table(asked.map(one => [`${one.name} <small>${one.in}</small>`, typeOf(one.schema), one.required ? 'yes' : '', about(one.schema)]))}` : ''}
${body === null ? '' : `<h3>Body</h3>${fields(body)}`}
${answer === null ? '' : `<h3>Answer</h3>${fields(answer)}`}</details>`
}

function schemaOf(part: unknown): Shape | null {
  const content = (part as { content?: Record<string, { schema: Shape }> } | undefined)?.content
  return content === undefined ? null : (Object.values(content)[0]?.schema ?? null)
}

function fields(shape: Shape): string {
  const rows = rowsOf(shape, '', 0)
  return rows.length === 0 ? `<p>${typeOf(shape)}</p>` : table(rows)
}

function rowsOf(shape: Shape, prefix: string, depth: number): string[][] {
  if (depth > 3) return []
  const { properties = {}, required = [], items } = shape
  if (items !== undefined && shape.properties === undefined) return rowsOf(items, `${prefix}[]`, depth + 1)
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    const row = [text(path), typeOf(field), required.includes(name) ? 'yes' : '', about(field)]
    const inner =
      field.properties !== undefined || field.items !== undefined
        ? field
        : (field.anyOf ?? []).find(one => one.properties !== undefined)
    return [row, ...(inner === undefined ? [] : rowsOf(inner, path, depth + 1))]
  })
}

function typeOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.map(one => `<code>${text(String(one))}</code>`).join(' ')
  if (shape.const !== undefined) return `<code>${text(String(shape.const))}</code>`
  if (shape.anyOf !== undefined) return [...new Set(shape.anyOf.map(typeOf))].join(' or ')
  if (shape.items !== undefined) return `list of ${typeOf(shape.items)}`
  return text(shape.type ?? 'anything')
}

function about({ description, pattern, minimum, maximum, maxLength, default: usual }: Shape): string {
  const parts = [
    description,
    usual === undefined ? null : `usually ${JSON.stringify(usual)}`,
    minimum !== undefined && maximum !== undefined && maximum < 1e12 ? `${minimum} to ${maximum}` : null,
    maxLength === undefined ? null : `at most ${maxLength} characters`,
    pattern === undefined || pattern === '\\S' ? null : `matches ${pattern}`,
  ]
  return text(parts.filter(one => one != null).join('; '))
}

const table = (rows: readonly (readonly string[])[]) =>
  `<div class="wide" tabindex="0" role="region" aria-label="Fields"><table><thead><tr><th>Name</th><th>Type</th><th>Needed</th><th>About</th></tr></thead><tbody>${rows
    .map(row => `<tr>${row.map(cell => `<td>${cell}</td>`).join('')}</tr>`)
    .join('')}</tbody></table></div>`

const text = (plain: string) =>
  plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const style = `small,header p{color:var(--soft)}nav ul{columns:14rem;padding:0;list-style:none;margin:1rem 0}code{font:.9em ui-monospace,monospace}
details{border-top:1px solid var(--line);padding:.25rem 0}summary{cursor:pointer;padding:.35rem 0;overflow-wrap:anywhere}summary span{color:var(--soft);margin-left:.5rem}
summary code:first-child{display:inline-block;min-width:4.2rem;font-weight:600}code.get{color:var(--mark)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}`
