import type * as api from '../../contract/api.ts'
import { HOST_STATES, QUANTITIES } from '../../contract/host.ts'
import type { HostFaultView, HostMeasure } from '../../contract/host.ts'
import { amount, flag, listOf, mapOf, object, oneOf, ref, shape, text } from './shape-parts.ts'

/** What is answered about faults on the machine. */
export const HOST_SHAPES = {
  HostFaultView: shape<HostFaultView>(
    'A fault on the machine.',
    {
      id: text('Its id.'),
      kind: text('Its kind.'),
      attributes: object('Complete, in base units.'),
      service: text('The service that it is meant to hurt.'),
      owner: text('Who began it: api, or run:<id>.'),
      reach: text('What is really short: own_cgroup, machine, filesystem, process:<name> or target:<address>.'),
      state: oneOf('How it stands. returned: all that it took was given back, and that was looked at.', HOST_STATES),
      started_at: text('ISO 8601.'),
      ends_at: text('ISO 8601: when it is given back at the latest.'),
      ended_at: text('ISO 8601.'),
      effect: shape<HostMeasure>(
        'What was asked and what was measured last.',
        {
          quantity: oneOf('What both are counted in.', QUANTITIES),
          asked: amount('What is left of the request within the limits of the machine.'),
          achieved: amount('As measured.'),
          details: mapOf({ type: 'number' }, 'What else was read.'),
        },
        {},
      ),
      returned: flag('Whether all was given back. Known once it ended.'),
      detail: text('Why it ended, and what could not be given back.'),
    },
    { service: true, ended_at: true, returned: true, detail: true },
  ),
  HostFaultList: shape<api.HostFaultList>('Host faults.', { host_faults: listOf(ref('HostFaultView')) }, {}),
} as const
