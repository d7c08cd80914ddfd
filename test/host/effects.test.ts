import { existsSync, readFileSync, readdirSync, statSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import net from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startWorker } from '../../src/host/worker-link.ts'
import {
  LIMITS,
  clock,
  programs,
  ourProcesses,
  stateOf,
  until,
  useFolder,
  useMachine,
  useVictim,
} from './use-machine.ts'

const MiB = 1024 ** 2

/** Everything is given back: on record, among processes, and by its own word. */
function expectReturned(view: { readonly state: string; readonly id: string }, dataDir: string): void {
  expect(view).toMatchObject({ state: 'returned' })
  expect(ourProcesses(view.id)).toEqual([])
  expect(readdirSync(join(dataDir, 'host'))).toEqual([])
}

interface Spent {
  /** Processor time that the workers were given, ms. */
  readonly ran: number
  /** Time that they could have run and others did, ms. */
  readonly waited: number
  readonly at: number
}

function spentBy(pids: readonly number[]): Spent {
  let [ran, waited] = [0, 0]
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    ran += (Number(fields[11]) + Number(fields[12])) * 10
    waited += Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6
  }
  return { ran, waited, at: performance.now() }
}

describe('cpu', () => {
  test.each([
    { workers: 1, load: 30 },
    { workers: 2, load: 50 },
    { workers: 1, load: 100 },
  ])('takes $load percent of a core with each of $workers workers, as far as the machine has it', async (asked) => {
    const { begin, faults, dataDir, facts } = await useMachine()
    const { id, effect } = await begin('cpu', asked)
    expect(effect).toMatchObject({ quantity: 'cores', asked: (asked.workers * asked.load) / 100 })
    const pids = ourProcesses(id)
    expect(pids.length).toBe(asked.workers)
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim()).toBe('1000')
    const before = spentBy(pids)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    const after = spentBy(pids)
    const span = (after.at - before.at) * asked.workers
    const load = ((after.ran - before.ran) / span) * 100
    const waited = ((after.waited - before.waited) / span) * 100
    // Never more than asked. Less only by what others took while a worker wanted to run: the kernel counts that.
    expect(load).toBeLessThan(asked.load + 5)
    expect(load + waited).toBeGreaterThan(asked.load - 5)
    const ended = await faults.end(id)
    expectReturned(ended, dataDir)
    expect(ended.effect.achieved).toBeGreaterThan(0)
    expect(facts.map(({ type }) => type)).toEqual(['host_fault_began', 'host_fault_ended'])
  })
})

test('cpu takes at most the quota less 0.2 of a core, and says so', async () => {
  const { begin, faults } = await useMachine({}, useFolder(), { cpuCores: 0.5, memory: undefined })
  const { id, effect, reach } = await begin('cpu', { workers: 2, load: 100 })
  expect([effect.asked, effect.achieved < 2, reach]).toEqual([0.3, true, 'own_cgroup'])
  const before = spentBy(ourProcesses(id))
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const after = spentBy(ourProcesses(id))
  // Two workers of 15 percent each, with the tolerance of each.
  expect((after.ran - before.ran) / (after.at - before.at)).toBeLessThan(0.3 + 0.1)
  await faults.end(id)
  const none = await useMachine({}, useFolder(), { cpuCores: 0.2, memory: undefined })
  await expect(none.begin('cpu', { workers: 1 })).rejects.toThrow('the quota is 0.2 cores')
})

describe('memory', () => {
  test.each([100, 200])('takes %d MiB within two percent, in resident pages', async (size) => {
    const { begin, faults, dataDir } = await useMachine()
    const { id } = await begin('memory', { size: size * MiB })
    const near = (bytes: number): boolean => Math.abs(bytes - size * MiB) < 0.02 * size * MiB
    await until('the resident size is what was asked', () => near(faults.get(id).effect.achieved))
    const [pid] = ourProcesses(id)
    // And it stays so: what the process itself takes comes and goes.
    for (let look = 0; look < 20; look++) {
      const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
      expect([near(rss), rss / MiB]).toEqual([true, rss / MiB])
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim()).toBe('1000')
    expectReturned(await faults.end(id), dataDir)
  })

  test('grows at its rate and not faster', async () => {
    const { begin, faults } = await useMachine()
    const { id } = await begin('memory', { size: '250MiB', rate: '20MiB' })
    const begun = performance.now()
    await until('it has grown', () => faults.get(id).effect.achieved > 80 * MiB)
    // It starts with what its process takes, about 45 MiB.
    const grown = faults.get(id).effect.achieved - 60 * MiB
    expect(grown / MiB).toBeLessThan(((performance.now() - begun) / 1000) * 20 + 10)
    await faults.end(id)
  })

  test('is refused when too little would be left', async () => {
    const { begin, dataDir } = await useMachine({ memoryReserve: 2 ** 50 })
    await expect(begin('memory', { size: '64MiB' })).rejects.toMatchObject({ code: 'host_fault_failed' })
    expect(readdirSync(join(dataDir, 'host'))).toEqual([])
  })

  test('that the kernel takes away ends as failed, and all is given back', async () => {
    const { begin, faults, dataDir } = await useMachine()
    const { id } = await begin('memory', { size: '64MiB' })
    process.kill(ourProcesses(id)[0] ?? 0, 'SIGKILL')
    await until('it has ended', () => faults.get(id).ended_at !== undefined)
    expect(faults.get(id)).toMatchObject({ state: 'failed', detail: expect.stringContaining('SIGKILL') })
    expect(readdirSync(join(dataDir, 'host'))).toEqual([])
  })
})

describe('disk_fill', () => {
  // A filesystem in memory: hardly anybody else writes there, so that statfs tells of us.
  const shm = '/dev/shm'

  test.each([
    ['of the disk', undefined],
    ['in memory', shm],
  ])('takes real blocks %s, as statfs says', async (_, given) => {
    const folder = given ?? useFolder()
    const { begin, faults, dataDir } = await useMachine({ folders: [folder] })
    const free = (): number => {
      const { bavail, bsize } = statfsSync(folder)
      return bavail * bsize
    }
    const before = free()
    const { id } = await begin('disk_fill', { folder, size: '100MiB' })
    await until('it is full', () => faults.get(id).effect.achieved >= 100 * MiB)
    const { effect } = faults.get(id)
    expect(effect.achieved).toBeLessThan(101 * MiB)
    // Blocks of the file, not its length; and the filesystem says the same where nobody else writes.
    expect(effect.details['file_bytes']).toBe(100 * MiB)
    if (folder === shm) {
      const { free_bytes_before: said = 0, free_bytes: left = 0 } = effect.details
      for (const taken of [before - free(), said - left]) expect(Math.abs(taken - 100 * MiB)).toBeLessThan(5 * MiB)
    }
    expectReturned(await faults.end(id), dataDir)
    expect(readdirSync(folder).filter((name) => name.startsWith('.faultline'))).toEqual([])
  })

  test('writes where the filesystem cannot allocate, and stops where the reserve begins', async () => {
    const folder = useFolder()
    const fill = async (name: string, reserve: number): Promise<{ size: number; blocks: number }> => {
      const worker = await startWorker(clock, programs(), 'fill-file', 'host_000000000000')
      const path = join(folder, name)
      worker.begin({ path, bytes: 3 * MiB + 5, reserve })
      await worker.ended
      return statSync(path)
    }
    const { size, blocks } = await fill('written', 0)
    expect([size, blocks * 512 >= size]).toEqual([3 * MiB + 5, true])
    expect((await fill('nothing', 2 ** 50)).size).toBe(0)
  })

  test('leaves the reserve whatever is asked', async () => {
    const folder = useFolder()
    const { begin } = await useMachine({ folders: [folder], diskReserve: 2 ** 50 })
    await expect(begin('disk_fill', { folder, size: '1MiB' })).rejects.toThrow('must stay')
    expect(readdirSync(folder)).toEqual([])
  })

  test('a folder that is not allowed is refused, by a link or by dots as well', async () => {
    const [inside, outside] = [useFolder(), useFolder()]
    const { begin } = await useMachine({ folders: [inside] })
    symlinkSync(outside, join(inside, 'link'))
    for (const folder of [outside, join(inside, 'link'), `${inside}/..`, `${inside}x`])
      await expect(begin('disk_fill', { folder, size: '1MiB' })).rejects.toThrow(/not allowed|no such file/)
  })

  test('a percentage that takes more than the ceiling is refused', async () => {
    const folder = useFolder()
    const { begin } = await useMachine({ folders: [folder] })
    await expect(begin('disk_fill', { folder, percent: 99 })).rejects.toMatchObject({ code: 'host_not_allowed' })
  })
})

test('disk_io writes with fsync at about its rate, and never above it', async () => {
  const folder = useFolder()
  const { begin, faults, dataDir } = await useMachine({ folders: [folder] })
  const { id } = await begin('disk_io', { folder, rate: '1MiB', block: '16KiB', size: '1MiB' })
  await until('it has written', () => (faults.get(id).effect.details['written_bytes'] ?? 0) > MiB)
  const { effect } = faults.get(id)
  expect(effect.achieved).toBeGreaterThan(0)
  expect(effect.achieved).toBeLessThan(1.2 * MiB)
  expect(effect.details['syncs']).toBeGreaterThan(64)
  expectReturned(await faults.end(id), dataDir)
  expect(readdirSync(folder)).toEqual([])
})

describe('descriptors', () => {
  test('holds as many connections as asked, and opens again what the target closes', async () => {
    const sockets = new Set<net.Socket>()
    const server = net.createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const target = `127.0.0.1:${(server.address() as net.AddressInfo).port}`
    const { begin, faults, dataDir } = await useMachine()
    const { id } = await begin('descriptors', { target, connections: 120 })
    await until('all are open', () => sockets.size === 120)
    for (const socket of sockets) socket.destroy()
    await until('all are open again', () => sockets.size === 120 && faults.get(id).effect.achieved === 120)
    expectReturned(await faults.end(id), dataDir)
    await until('none is open', () => sockets.size === 0)
  })

  test('lowers the limit of a process, and sets it back', async () => {
    const victim = await useVictim()
    const soft = (): string =>
      /Max open files\s+(\d+)/.exec(readFileSync(`/proc/${victim.pid}/limits`, 'utf8'))?.[1] ?? ''
    const before = soft()
    const { begin, faults } = await useMachine({ processes: [victim.allow] })
    const { id, effect } = await begin('descriptors', { process: 'victim', limit_nofile: 12 })
    expect([soft(), effect]).toMatchObject(['12', { quantity: 'descriptors', asked: 12, achieved: 12 }])
    await expect(begin('descriptors', { process: 'victim', limit_nofile: 5 })).rejects.toThrow('holds that process')
    expect((await faults.end(id)).state).toBe('returned')
    expect(soft()).toBe(before)
  })
})

describe('processes', () => {
  test('process_pause stops a process and lets it go on', async () => {
    const victim = await useVictim()
    const { begin, faults, dataDir } = await useMachine({ processes: [victim.allow] })
    const { id, effect, reach } = await begin('process_pause', { process: 'victim' })
    expect([await stateOf(victim.pid), effect.achieved, reach]).toEqual(['T', 1, 'process:victim'])
    await expect(begin('process_pause', { process: 'victim' })).rejects.toThrow('stopped already')
    expectReturned(await faults.end(id), dataDir)
    expect(await stateOf(victim.pid)).not.toBe('T')
  })

  test('process_kill sends its signal, and SIGSTOP is taken back', async () => {
    const victim = await useVictim()
    const { begin, faults } = await useMachine({ processes: [victim.allow] })
    const stopped = await begin('process_kill', { process: 'victim', signal: 'SIGSTOP' })
    expect(await stateOf(victim.pid)).toBe('T')
    await faults.end(stopped.id)
    expect(await stateOf(victim.pid)).not.toBe('T')
    const exited = once(victim.child, 'exit')
    const { effect } = await begin('process_kill', { process: 'victim' })
    expect(effect).toMatchObject({ asked: 1, achieved: 1 })
    expect(await exited).toEqual([null, 'SIGKILL'])
  })

  test('a name that is not allowed, or that nobody has, is refused', async () => {
    const { begin } = await useMachine({ processes: ['nobody-has-this-name'] })
    await expect(begin('process_kill', { process: 'sshd' })).rejects.toMatchObject({ code: 'host_not_allowed' })
    await expect(begin('process_kill', { process: 'nobody-has-this-name' })).rejects.toMatchObject({
      code: 'host_fault_failed',
      remedy: expect.stringContaining('pid namespace'),
    })
  })
})

test('what is over its time is given back without being asked', async () => {
  const victim = await useVictim()
  const { begin, faults, dataDir } = await useMachine({ processes: [victim.allow] })
  const { id } = await begin('process_pause', { process: 'victim' }, 300)
  await until('it has ended', () => faults.get(id).ended_at !== undefined)
  expectReturned(faults.get(id), dataDir)
  expect(await stateOf(victim.pid)).not.toBe('T')
})

test('with ceilings lower than asked all kinds are refused, and nothing is taken', async () => {
  const folder = useFolder()
  const { begin, dataDir } = await useMachine({ ...LIMITS, folders: [folder], connections: 10 })
  const refused: [string, object][] = [
    ['cpu', { workers: 5 }],
    ['memory', { size: '257MiB' }],
    ['memory', { percent: 95 }],
    ['disk_fill', { folder, size: '129MiB' }],
    ['disk_io', { folder, rate: '9MiB' }],
    ['descriptors', { target: '127.0.0.1:9', connections: 11 }],
    ['descriptors', { target: '10.0.0.1:80', connections: 1 }],
  ]
  for (const [kind, attributes] of refused)
    await expect(begin(kind, attributes), kind).rejects.toMatchObject({ code: 'host_not_allowed' })
  await expect(begin('cpu', {}, 60_001)).rejects.toThrow('at most 60000 ms')
  expect([readdirSync(folder), readdirSync(join(dataDir, 'host'))]).toEqual([[], []])
})

test('without a data_dir that can be written nothing is taken', async () => {
  const folder = useFolder()
  writeFileSync(join(folder, 'file'), '')
  const { begin } = await useMachine({}, join(folder, 'file'))
  await expect(begin('cpu', { workers: 1 })).rejects.toMatchObject({ code: 'host_faults_off' })
  expect(existsSync(join(folder, 'file', 'host'))).toBe(false)
})
