import type { Problem } from '../contract/errors.ts'
import { show } from '../contract/validate.ts'
import type { ParameterValues } from '../contract/profile-wire.ts'

export type Matrix = NonNullable<MatrixInput>
type MatrixInput = Readonly<Record<string, readonly ParameterValues[string][]>> | undefined

/** Runs of one sweep. */
const MOST_POINTS = 100

/** What is wrong with a matrix of sound shape. */
export function matrixProblems(matrix: MatrixInput, parameters: readonly string[]): Problem[] {
  if (matrix === undefined) return []
  const problems: Problem[] = Object.keys(matrix)
    .filter((name) => !parameters.includes(name))
    .map((name) => ({ pointer: `/matrix/${name}`, message: `${show(name)} is no parameter of the profile` }))
  for (const [name, values] of Object.entries(matrix)) {
    const twice = values.findIndex((value, index) => values.indexOf(value) < index)
    if (twice >= 0) {
      problems.push({ pointer: `/matrix/${name}/${twice}`, message: `${show(values[twice])} is there twice` })
    }
  }
  const count = Object.values(matrix).reduce((product, values) => product * values.length, 1)
  if (count > MOST_POINTS) {
    problems.push({
      pointer: '/matrix',
      message: `it has ${count} combinations; at most ${MOST_POINTS} are gone through`,
    })
  }
  return problems
}

/** The combinations of a matrix, without those that disagree with what is set; the last name moves fastest. */
export function pointsOf(matrix: Matrix, set: ParameterValues): readonly ParameterValues[] {
  let points: readonly ParameterValues[] = [{}]
  for (const [name, values] of Object.entries(matrix)) {
    const taken = Object.hasOwn(set, name) ? [set[name] as ParameterValues[string]] : values
    points = points.flatMap((point) => taken.map((value) => ({ ...point, [name]: value })))
  }
  return points
}
