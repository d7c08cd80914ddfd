import type { Clock } from '../../kernel/clock.ts'
import type { NameBook } from '../embedded/name-book.ts'

export interface ProbeParts {
  readonly clock: Clock
  readonly names: NameBook
}
