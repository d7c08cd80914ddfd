import { expect, test } from 'vitest'
import type { HostFaultSpec } from '../../src/contract/host.ts'
import { resolveHostFault } from '../../src/faults/resolve-host-fault.ts'
import { admit } from '../../src/host/admit.ts'
import type { Machine, Share } from '../../src/host/admit.ts'
import { LIMITS } from '../host/use-machine.ts'

const MiB = 1024 ** 2
const machine: Machine = {
  cores: 4,
  memory: 1024 * MiB,
  surroundings: { cpuCores: undefined, memory: undefined },
}

const spec = (kind: string, attributes: object, service?: string): HostFaultSpec =>
  resolveHostFault({ kind, attributes, ...(service === undefined ? {} : { service }) }, { platform: 'linux' })

const shareOf = (one: HostFaultSpec, held: readonly Share[] = [], limits = LIMITS): Share =>
  admit(one, 1000, { limits, machine, held }).share

test('faults share one ceiling', () => {
  const first = shareOf(spec('memory', { size: '150MiB' }))
  expect(() => shareOf(spec('memory', { size: '107MiB' }), [first])).toThrow(
    `it asks for ${107 * MiB} bytes of memory and others hold ${150 * MiB}; at most ${256 * MiB} are allowed`,
  )
  expect(shareOf(spec('memory', { size: '106MiB' }), [first]).memory).toBe(106 * MiB)
})

test('a percentage of memory is of what there is to us', () => {
  expect(shareOf(spec('memory', { percent: 25 })).memory).toBe(256 * MiB)
  expect(() => shareOf(spec('memory', { percent: 26 }))).toThrow('at most')
})

test('a percentage of a disk holds all that is left of the ceiling, until its size is known', () => {
  const first = shareOf(spec('disk_fill', { folder: '/data', size: '100MiB' }))
  expect(shareOf(spec('disk_fill', { folder: '/data', percent: 90 }), [first]).disk).toBe(28 * MiB)
  const all = shareOf(spec('disk_fill', { folder: '/data', percent: 90 }))
  expect(() => shareOf(spec('disk_fill', { folder: '/data', percent: 90 }), [all])).toThrow('at most')
})

test('without workers it is one for each core', () => {
  expect(shareOf(spec('cpu', {})).cpuWorkers).toBe(4)
})

test('number and time of faults are bounded, and off is off', () => {
  const one = spec('process_kill', { process: 'x' })
  const held = Array.from({ length: 8 }, () => shareOf(one))
  expect(() => shareOf(one, held)).toThrow('8 host faults are active, and at most 8 may be')
  expect(() => admit(one, 60_001, { limits: LIMITS, machine, held: [] })).toThrow('at most 60000 ms are allowed')
  const off = { ...LIMITS, enabled: false }
  expect(() => shareOf(one, [], off)).toThrow(expect.objectContaining({ code: 'host_faults_off' }))
})

test('a service within the reach is let in: whoever is in our group is on our machine too', () => {
  const limits = { ...LIMITS, services: { own_cgroup: ['sidecar'], machine: ['orders'], filesystem: ['db'] } }
  const reachOf = (one: HostFaultSpec, surroundings: Machine['surroundings']): string =>
    admit(one, 1000, { limits, machine: { ...machine, surroundings }, held: [] }).reach
  const [free, bounded] = [machine.surroundings, { cpuCores: 1.5, memory: undefined }]
  expect(reachOf(spec('cpu', { workers: 1 }, 'orders'), free)).toBe('machine')
  expect(reachOf(spec('cpu', { workers: 1 }, 'sidecar'), free)).toBe('machine')
  expect(reachOf(spec('cpu', { workers: 1 }, 'sidecar'), bounded)).toBe('own_cgroup')
  expect(() => reachOf(spec('cpu', { workers: 1 }, 'orders'), bounded)).toThrow(
    'its reach is own_cgroup, and within it are sidecar',
  )
  expect(reachOf(spec('disk_fill', { folder: '/data', size: '1MiB' }, 'db'), free)).toBe('filesystem')
  expect(reachOf(spec('process_pause', { process: 'orders' }, 'orders'), free)).toBe('process:orders')
})
