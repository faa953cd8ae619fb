// Holds Kubernetes manifests against the API's published OpenAPI: what must be there, types, formats and choices by its validators, fields that it does
// not know by its types, which the TypeScript compiler checks.
//     npm install && node check.mjs FILE.yaml ...
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { parseAllDocuments } from 'yaml'

const here = fileURLToPath(new URL('.', import.meta.url))
const faults = []
const typed = []

for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' })) {
    faults.push(...document.errors.map(error => `${file}: ${error.message}`))
    const manifest = document.toJS()
    const name = `${file}: ${manifest.apiVersion} ${manifest.kind}`
    const module = `kubernetes-models/${manifest.apiVersion}/${manifest.kind}`
    try {
      const { [manifest.kind]: Model } = await import(module)
      new Model(manifest).validate()
    } catch (error) {
      faults.push(`${name}: ${error.message}`)
    }
    typed.push({ name, text: `import type { I${manifest.kind} as T${typed.length} } from '${module}'\nexport const m${typed.length}: T${typed.length} = ${JSON.stringify(manifest, null, 2)}\n` })
  }
}

const folder = mkdtempSync(join(here, 'checked-'))
try {
  const files = typed.map(({ text }, i) => {
    const path = join(folder, `${i}.ts`)
    writeFileSync(path, text)
    return path
  })
  const program = ts.createProgram(files, { strict: true, noEmit: true, skipLibCheck: true, types: [], module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022 })
  for (const found of ts.getPreEmitDiagnostics(program)) {
    const i = files.indexOf(found.file?.fileName ?? '')
    faults.push(`${typed[i]?.name ?? 'types'}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}

faults.forEach(fault => console.error(fault))
if (typed.length === 0) console.error('no manifest was given')
else console.log(`${typed.length} manifests, ${faults.length} faults`)
process.exit(typed.length > 0 && faults.length === 0 ? 0 : 1)
