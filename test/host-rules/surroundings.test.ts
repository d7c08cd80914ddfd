import { expect, test } from 'vitest'
import { surroundings } from '../../src/host/surroundings.ts'

const from =
  (files: Readonly<Record<string, string>>) =>
  (path: string): string | undefined =>
    files[path]

test('where nothing limits us there are no limits', () => {
  expect(surroundings(from({ '/proc/self/cgroup': '0::/' }))).toEqual({ cpuCores: undefined, memory: undefined })
  expect(surroundings(from({}))).toEqual({ cpuCores: undefined, memory: undefined })
})

test('version 2: the tightest limit of our group and of those above it', () => {
  const group = '/sys/fs/cgroup/pods/ours'
  expect(
    surroundings(
      from({
        '/proc/self/cgroup': '0::/pods/ours',
        [`${group}/cpu.max`]: 'max 100000',
        '/sys/fs/cgroup/pods/cpu.max': '150000 100000',
        [`${group}/memory.max`]: '268435456',
        '/sys/fs/cgroup/pods/memory.max': 'max',
      }),
    ),
  ).toEqual({ cpuCores: 1.5, memory: 268_435_456, memoryUsageFile: `${group}/memory.current` })
})

test('version 1: a huge limit is none', () => {
  const files = {
    '/proc/self/cgroup': '4:memory:/ours\n2:cpu,cpuacct:/ours\n0::/',
    '/sys/fs/cgroup/cpu/ours/cpu.cfs_quota_us': '50000',
    '/sys/fs/cgroup/cpu/ours/cpu.cfs_period_us': '100000',
    '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
    '/sys/fs/cgroup/memory/ours/memory.limit_in_bytes': '9223372036854771712',
  }
  expect(surroundings(from(files))).toEqual({ cpuCores: 0.5, memory: undefined })
})

test('in a container, whose path is that of the host, the root of what is mounted is ours', () => {
  const files = { '/proc/self/cgroup': '0::/../../kubepods/pod1/abc', '/sys/fs/cgroup/cpu.max': '20000 100000' }
  expect(surroundings(from(files)).cpuCores).toBe(0.2)
})
