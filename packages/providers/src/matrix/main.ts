// npm run matrix: writes the matrix of abilities into docs/providers/README.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { allBuiltIn } from '../kinds.ts'
import { withMatrix } from './matrix.ts'

const file = join(import.meta.dirname, '../../../../docs/providers/README.md')
writeFileSync(file, withMatrix(readFileSync(file, 'utf8'), allBuiltIn()))
console.log('docs/providers/README.md is up to date')
