import { closed } from '../../../contract/attributes.ts'
import { hostFault } from '../../../contract/host.ts'
import type { Which } from '../../../contract/host.ts'
import { PROCESS, WHICH } from '../../host-attributes.ts'

export default hostFault<{ process: string; which: Which }>({
  kind: 'process_pause',
  summary: 'Stop a process and let it go on later, as a long pause of its machine does.',
  notes:
    'SIGSTOP, and SIGCONT at the end. Its connections stay open and nothing answers. A process is known by its id and its start time, which are looked at before every signal; one that was stopped before is left alone. The name must be one of `host_faults.allow.processes`, and in containers the process must be visible (a shared pid namespace).',
  fidelity: { linux: 'exact', other: 'unsupported' },
  reaches: ['process'],
  quantity: () => 'processes',
  attributes: closed({ process: PROCESS, which: WHICH }),
  examples: [{ title: 'A primary that stands still', attributes: { process: 'postgres' } }],
  reach: ({ process }) => `process:${process}`,
  effect: ({ process, which }) => ({ take: 'signal', process, which, signal: 'SIGSTOP', stays: true }),
  undo: 'SIGCONT to each that was stopped and is still the same process.',
})
