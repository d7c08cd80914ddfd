import { catalogue } from '../../src/faults/catalogue.ts'
import { resolveFault } from '../../src/faults/resolve.ts'
import type { AttachedFault } from '../../src/plane/embedded/attached-fault.ts'
import { LinkBench } from '../support/use-link.ts'

type Attributes = Readonly<Record<string, unknown>>

/** The real link on a manual clock, with one fault of the kind on it. Moments are ms since the start. */
export class FaultBench extends LinkBench {
  readonly kind: string
  readonly fault: AttachedFault

  constructor(kind: string, attributes: Attributes, options: ConstructorParameters<typeof LinkBench>[0] = {}) {
    super(options)
    this.kind = kind
    this.fault = this.add(kind, attributes)
  }

  /** One more fault, behind the others. */
  add(kind: string, attributes: Attributes): AttachedFault {
    const name = `${kind}${this.faults.length}`
    return this.attach({ kind: catalogue.require(kind), name, attributes: complete(kind, attributes) })
  }

  patch(attributes: Attributes): void {
    const merged = { ...this.fault.spec.attributes, ...attributes }
    this.change(this.fault, { attributes: complete(this.kind, merged) })
  }

  remove(): void {
    this.detach(this.fault)
  }

  /** What came out, as `<moment> <text or what it was>`; bytes beyond twenty are counted only. */
  get log(): string[] {
    return this.out.map((one) => {
      const at = Math.round(one.at * 1000) / 1000
      if (one.what !== 'bytes') return `${at} ${one.what}`
      return `${at} ${one.bytes.length > 20 ? one.bytes.length : Buffer.from(one.bytes).toString('latin1')}`
    })
  }

  /** Bytes that were out at a moment. */
  outBy(moment: number): number {
    return this.out.reduce((sum, one) => sum + (one.what === 'bytes' && one.at <= moment ? one.bytes.length : 0), 0)
  }
}

export const useFault = (
  kind: string,
  attributes: Attributes = {},
  options?: ConstructorParameters<typeof LinkBench>[0],
): FaultBench => new FaultBench(kind, attributes, options)

function complete(kind: string, attributes: Attributes): Attributes {
  return resolveFault({ kind, attributes }, { owner: 'api', platform: 'linux' }).attributes
}
