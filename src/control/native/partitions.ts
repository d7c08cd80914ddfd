import { closed, flag } from '../../contract/attributes.ts'
import type { PartitionHealed, PartitionInput, PartitionList, PartitionView } from '../../contract/partition.ts'
import { partitionBody } from './bodies.ts'
import { Answer, operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

const tag = 'partitions'
const PARTITION = { partition: { type: 'string', description: 'Id of the partition.' } }

export const partitionOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/partitions',
    id: 'listPartitions',
    tag,
    summary: 'Partitions, in order of their making; not those of runs, which come and go with their stages.',
    answers: { 200: answer('The partitions.', 'PartitionList') },
    errors: [],
    handle: ({ deps: { partitions } }): PartitionList => ({ partitions: partitions.list() }),
  }),
  operation<{ readonly dry_run: boolean }, PartitionInput>({
    method: 'POST',
    path: '/v1/partitions',
    id: 'createPartition',
    tag,
    summary: 'Cut services off from each other, on open connections too.',
    notes:
      'Services are those that proxies name in from and to. `not_covered` names the connections that should be cut and that no proxy carries.',
    query: closed({ dry_run: flag('Only answer what would be cut.', { default: false }) }),
    body: partitionBody,
    answers: {
      200: answer('What would be cut.', 'PartitionMade'),
      201: answer('It is cut.', 'PartitionMade'),
    },
    errors: ['invalid_partition', 'limit_reached', 'halted', 'target_not_allowed'],
    handle({ deps: { partitions }, query, body }) {
      return new Answer(query.dry_run ? 200 : 201, partitions.create(body, { dryRun: query.dry_run }))
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/partitions/{partition}',
    id: 'getPartition',
    tag,
    summary: 'One partition: the links it cuts, and those it cannot.',
    params: PARTITION,
    answers: { 200: answer('The partition.', 'PartitionView') },
    errors: ['partition_not_found'],
    handle: ({ deps: { partitions }, params }): PartitionView => partitions.get(params['partition'] ?? ''),
  }),
  operation({
    method: 'DELETE',
    path: '/v1/partitions/{partition}',
    id: 'healPartition',
    tag,
    summary: 'Heal a partition.',
    notes: 'Answers when nothing of it is left and the listeners it closed are back, or after two seconds.',
    params: PARTITION,
    answers: { 200: answer('It is healed.', 'PartitionHealed') },
    errors: ['partition_not_found'],
    handle: ({ deps: { partitions }, params }): Promise<PartitionHealed> => partitions.heal(params['partition'] ?? ''),
  }),
]
