/** A number; where nobody knows it, a question mark and never a nought. */
export const countText = (count: number | null | undefined): string => String(count ?? '?')
