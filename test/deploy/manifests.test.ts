import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readConfig } from '../../src/daemon/config-file.ts'

const read = (file: string): string => readFileSync(new URL(`../../config/deploy/${file}`, import.meta.url), 'utf8')

interface Compose {
  readonly services: {
    readonly faultline: { readonly command: string[]; readonly volumes: string[]; readonly read_only: boolean }
  }
}

interface Sidecar {
  readonly initContainers: readonly {
    readonly name: string
    readonly restartPolicy: string
    readonly args: readonly string[]
    readonly securityContext: Readonly<Record<string, unknown>>
  }[]
}

interface Manifest {
  readonly kind: string
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: { readonly template: { readonly spec: Sidecar } }
}

test('compose mounts a config that the daemon takes, and asks for a token', () => {
  const { faultline } = (parse(read('compose.yaml')) as Compose).services
  const config = readConfig('faultline.yaml', read('faultline.yaml'))
  expect(Object.keys(config.proxies)).toEqual(['db'])
  expect(faultline.volumes).toEqual(['./faultline.yaml:/etc/faultline/faultline.yaml:ro'])
  expect(faultline.command).toContain('/etc/faultline/faultline.yaml')
  expect(faultline.read_only).toBe(true)
  expect(read('compose.yaml')).toContain('FAULTLINE_TOKEN: ${FAULTLINE_TOKEN:?')
})

test('the sidecar starts before the application with a config that the daemon takes, and can write nothing', () => {
  const manifests = parseAllDocuments(read('sidecar.yaml')).map((document) => document.toJS() as Manifest)
  const text = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['faultline.yaml'] ?? ''
  expect(Object.keys(readConfig('faultline.yaml', text).proxies)).toEqual(['db'])
  const [sidecar] = manifests.find(({ kind }) => kind === 'Deployment')?.spec?.template.spec.initContainers ?? []
  expect(sidecar).toMatchObject({
    name: 'faultline',
    restartPolicy: 'Always',
    securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
  })
})
