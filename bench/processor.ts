import { processorMs } from './child.ts'
import type { Subject } from './subjects.ts'

/** What a subject's processor time comes to, for so much work; the figure that a busy machine disturbs least. */
export async function withProcessor<T extends { readonly total: number }>(
  subject: Subject,
  work: Promise<T>,
): Promise<T & { readonly each: number }> {
  const before = processorMs(subject.pid)
  const done = await work
  return { ...done, each: (processorMs(subject.pid) - before) / done.total }
}
