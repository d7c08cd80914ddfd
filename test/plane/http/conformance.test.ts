import { describe, expect, test } from 'vitest'
import { SHAPES } from './shapes.ts'
import { plainMessages } from './plain-message.ts'
import { carry } from './use-exchange.ts'

/** What the suite is promised to show, each by the shapes whose names say so. */
const PROMISED = [
  /with a length/,
  /chunked .* extensions|chunk extensions/,
  /trailers/,
  /HEAD/,
  /100 Continue/,
  /103/,
  /204/,
  /304/,
  /ends with the connection/,
  /pipelined/,
  /upgrade/,
  /CONNECT/,
  /HTTP\/1\.0/,
  /huge|many fields|head of 40 KB/,
  /empty reason/,
  /obs-text/,
  /absolute-form/,
  /before the request is complete/,
  /says close/,
  /server-sent events/,
]

test('there are enough shapes, of every sort that is promised, and none twice', () => {
  expect(SHAPES.length).toBeGreaterThanOrEqual(60)
  expect(SHAPES.filter(({ wireOnly }) => wireOnly !== true).length).toBeGreaterThanOrEqual(60)
  expect(PROMISED.filter((sort) => !SHAPES.some(({ name }) => sort.test(name)))).toEqual([])
  expect(new Set(SHAPES.map(({ name }) => name)).size).toBe(SHAPES.length)
})

describe('the wire lane leaves every byte as it was', () => {
  for (const shape of SHAPES) {
    for (const lane of ['wire', 'wire with a fault beside it'] as const) {
      test(`${shape.name}, in the ${lane}`, async () => {
        const passed = await carry(lane, shape)
        // Who answers early may close before all of it came.
        if (shape.answersAt === undefined) expect(passed.request).toBe(shape.request)
        else expect(shape.request.startsWith(passed.request)).toBe(true)
        expect(passed.request.length).toBeGreaterThanOrEqual(shape.answersAt ?? shape.request.length)
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
