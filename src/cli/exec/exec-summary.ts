import { basename } from 'node:path'
import type { FaultProof } from '../../contract/scope-wire.ts'
import type { RunView } from '../../contract/run-wire.ts'
import { seconds } from '../progress.ts'
import type { CommandEnd } from './run-command.ts'

export const FAIL_ON = ['run', 'unfired', 'none'] as const
export type FailOn = (typeof FAIL_ON)[number]

/** What `exec` tells when the command has ended. */
export interface ExecSummary {
  readonly scope: string
  readonly seed: string
  readonly command: CommandEnd & { readonly program: string }
  /** What each fault did, those that are gone included. */
  readonly faults: readonly FaultProof[]
  readonly run?: RunView
  /** Why `exec` fails although the command did not, or besides. */
  readonly failures: readonly string[]
}

/** What is wrong, of what is to fail. @param stage in which the command ended */
export function failuresOf(
  { run, faults, stage }: { run: RunView | undefined; faults: readonly FaultProof[]; stage: string | undefined },
  failOn: readonly FailOn[],
): readonly string[] {
  const unfired = faults.filter(({ applied }) => applied === 0).map(({ proxy, fault }) => `${fault} on proxy ${proxy}`)
  const wrong = run === undefined ? undefined : wrongWith(run, stage)
  return [
    ...(failOn.includes('run') && wrong !== undefined ? [wrong] : []),
    ...(failOn.includes('unfired') && unfired.length > 0 ? [`never acted: ${unfired.join(', ')}`] : []),
  ]
}

/** One that was stopped because the command ended proved something if any of its faults acted. */
function wrongWith(
  { profile, status, healed, detail, faults }: RunView,
  stage: string | undefined,
): string | undefined {
  const because = detail === undefined ? '' : `: ${detail}`
  if (healed === false) return `run of ${profile} was not healed${because}`
  if (status === 'completed') return undefined
  if (status !== 'stopped') return `run of ${profile} ended as ${status}${because}`
  if (faults.some(({ applied }) => applied !== null && applied > 0)) return undefined
  const where = stage === undefined ? '' : `, which was in its stage ${stage}`
  return `run of ${profile} proved nothing: no fault of it had acted when it was stopped${where}`
}

/** For people, a line each. */
export function summaryLines({ command, faults, run, failures }: ExecSummary): string[] {
  const { program, code, signal, detail, ms } = command
  const name = basename(program)
  const ended =
    detail !== undefined
      ? `${name} could not be started: ${detail}`
      : `${name} ended ${signal === undefined ? `with code ${code}` : `by ${signal}`} after ${seconds(ms)}`
  return [
    ended,
    ...(run === undefined
      ? []
      : [`run ${run.id} of ${run.profile} ${run.status}${run.healed === true ? ', healed' : ''}, seed ${run.seed}`]),
    ...faults.map(({ proxy, fault, kind, seen, applied }) =>
      applied === 0
        ? `${proxy} ${fault} (${kind}) NEVER ACTED: ${seen === 0 ? 'nothing that it looks at passed' : `passed over ${seen} times`}`
        : `${proxy} ${fault} (${kind}) acted ${applied} of ${seen} times`,
    ),
    ...failures.map((failure) => `FAILED: ${failure}`),
  ]
}
