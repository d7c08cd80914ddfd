import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coverLinks } from '../../../src/experiment/partitions/cover-links.ts'

const service = fc.constantFrom('a', 'b', 'c', 'd')
const link = fc.record({ from: service, to: service }).filter(({ from, to }) => from !== to)
const links = fc.uniqueArray(link, { selector: ({ from, to }) => `${from} ${to}` })
const label = fc.option(service, { nil: undefined })
const routes = fc
  .array(fc.record({ from: label, to: label }), { maxLength: 12 })
  .map((list) => list.map((route, i) => ({ name: `p${i}`, ...route })))

test('every proxy loses just what is sent over a link that is cut, and every connection is cut or told', () => {
  fc.assert(
    fc.property(links, routes, (cut, proxies) => {
      const { proxies: covered, notCovered } = coverLinks(cut, proxies)
      const isCut = (from: string | undefined, to: string | undefined): boolean =>
        cut.some((one) => one.from === from && one.to === to)
      for (const { name, from, to } of proxies) {
        const [up, down] = [isCut(from, to), isCut(to, from)]
        const expected = up && down ? 'both' : up ? 'upstream' : down ? 'downstream' : undefined
        expect(covered.find(({ proxy }) => proxy === name)?.cut).toBe(expected)
      }
      // Both who sends and who answers may be the one that connects.
      for (const { from, to } of cut.flatMap((one) => [one, { from: one.to, to: one.from }])) {
        const carried = proxies.some((proxy) => proxy.from === from && proxy.to === to)
        const told = notCovered.filter((one) => one.from === from && one.to === to).length
        expect([carried, told]).toEqual(carried ? [true, 0] : [false, 1])
      }
      for (const { from, to } of notCovered) expect(isCut(from, to) || isCut(to, from)).toBe(true)
    }),
  )
})
