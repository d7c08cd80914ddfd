import { describe, expect, test } from 'vitest'
import { SHAPES } from './shapes.ts'
import { plainMessages } from './plain-message.ts'
import { carry } from './use-exchange.ts'

describe('the wire lane leaves every byte as it was', () => {
  for (const shape of SHAPES) {
    for (const lane of ['wire', 'wire with a fault beside it'] as const) {
      test(`${shape.name}, in the ${lane}`, async () => {
        const passed = await carry(lane, shape)
        const length = shape.answersAt ?? shape.request.length
        expect(passed.request.slice(0, length)).toBe(shape.request.slice(0, length))
        expect(passed.response).toBe(shape.response)
      })
    }
  }
})

describe('the exchange lane changes nothing but framing and hop-by-hop fields', () => {
  for (const shape of SHAPES.filter((one) => one.wireOnly !== true)) {
    test(`${shape.name}`, async () => {
      const passed = await carry('exchange', shape)
      if (shape.answersAt === undefined) expect(plainMessages(passed.request)).toEqual(plainMessages(shape.request))
      expect(plainMessages(passed.response, shape.request)).toEqual(plainMessages(shape.response, shape.request))
    })
  }
})
