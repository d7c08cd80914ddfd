import { FaultlineError } from '../contract/errors.ts'
import type { ProxySpec } from '../contract/model.ts'
import type { RunStartOptions } from '../contract/ports.ts'
import type { PlanWarning, PreviewView } from '../contract/plan-wire.ts'
import { compile, requireFreeNames, requireProtocols } from './compile.ts'
import { lint } from './lint/lint.ts'
import { pointsOf } from './matrix.ts'
import type { Plan } from './plan.ts'
import { previewOf } from './preview.ts'
import type { Profile } from './profile.ts'

export interface PreviewParts {
  /** Every proxy there is. */
  readonly proxies: readonly ProxySpec[]
  readonly seed: string
  /** What of the settings and the state of things would refuse the plan. Each @throws FaultlineError */
  readonly requires?: readonly ((plan: Plan) => void)[]
}

/**
 * What a profile would do now, with all that is doubtful about it. What would keep it from starting is told as a
 * warning, and the rest shown all the same: targets that stand for nothing by stand-ins.
 * @throws FaultlineError invalid_request, fault_exists, limit_reached
 */
export function planPreview(
  profile: Profile,
  parts: PreviewParts,
  options: RunStartOptions,
  limit?: number,
): PreviewView {
  const warnings: PlanWarning[] = []
  const plan = compile(profile, {
    run: 'preview',
    proxies: parts.proxies,
    seed: String(options.seed ?? profile.seed ?? parts.seed),
    targets: options.targets ?? {},
    onMiss: ({ pointer, message }) => void warnings.push({ code: 'target_not_found', pointer, message }),
  })
  const refusing = [
    () => requireFreeNames(plan, parts.proxies),
    () => requireProtocols(plan, parts.proxies),
    ...(parts.requires ?? []).map((one) => () => one(plan)),
  ]
  for (const require of refusing) {
    const error = refusalOf(require)
    if (error !== undefined) warnings.push({ code: 'would_be_refused', pointer: '', message: error.message })
  }
  warnings.push(...lint(profile, plan, parts.proxies))
  const view = previewOf(plan, warnings, limit)
  const { matrix = {} } = profile
  const { parameters = {} } = options
  const isOpen = Object.keys(matrix).some((name) => !Object.hasOwn(parameters, name))
  return isOpen ? { ...view, points: pointsOf(matrix, parameters) } : view
}

function refusalOf(act: () => void): FaultlineError | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof FaultlineError) return error
    throw error
  }
}
