import { choice, closed } from '../../../contract/attributes.ts'
import { HOST_SIGNALS, hostFault } from '../../../contract/host.ts'
import type { HostSignal, Which } from '../../../contract/host.ts'
import { PROCESS, WHICH } from '../../host-attributes.ts'

/** What stops a process does not end it: it must go on at the end. */
const STOPPING: readonly string[] = ['SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU']

export default hostFault<{ process: string; signal: HostSignal; which: Which }>({
  kind: 'process_kill',
  summary: 'Send a signal to a process: kill it, or whatever else its signal does.',
  notes:
    'Once, when the fault begins. Whether it comes back is up to its supervisor: that is what is being tried. A process is known by its id and its start time, which are looked at before every signal. The name must be one of `host_faults.allow.processes`, and in containers the process must be visible (a shared pid namespace).',
  fidelity: { linux: 'exact', other: 'unsupported' },
  reaches: ['process'],
  quantity: () => 'processes',
  attributes: closed({
    process: PROCESS,
    signal: choice('Signal to send.', HOST_SIGNALS, { default: 'SIGKILL' }),
    which: WHICH,
  }),
  examples: [
    { title: 'A crash', attributes: { process: 'orders' } },
    { title: 'An orderly end', attributes: { process: 'orders', signal: 'SIGTERM' } },
  ],
  reach: ({ process }) => `process:${process}`,
  effect: ({ process, signal, which }) => ({
    take: 'signal',
    process,
    which,
    signal,
    stays: STOPPING.includes(signal),
  }),
  undo: 'Nothing can be given back, but where the signal stops a process it gets SIGCONT.',
})
