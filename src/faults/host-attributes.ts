import { choice, optional } from '../contract/attributes.ts'
import type { Attribute } from '../contract/attributes.ts'

const text = (description: string, maxLength: number, pattern: string, allowed: string): Attribute<string> => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern,
  'x-allowed': allowed,
  description,
})

/** Attributes that several host kinds take. */
export const FOLDER = text('Folder that the file is made in.', 4096, '^/[^\\u0000]*$', 'an absolute path')

export const PROCESS = text(
  'Name of a process, as the config allows it.',
  100,
  '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  'a name that stands in host_faults.allow.processes',
)

export const ADDRESS = text('Address to connect to.', 300, '^\\S+$', 'host:port, [ipv6]:port or unix:/path')

export const WHICH = choice(
  'Which of several that have the name: the one that started first, the one that started last, or all.',
  ['oldest', 'newest', 'all'],
  { default: 'oldest' },
)

/** The service that a host fault is meant to hurt. */
export const SERVICE = optional(
  text(
    'The service that it is meant to hurt. It is refused where that stands outside the reach of the fault.',
    100,
    '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    'a name of letters, digits, ".", "_" and "-"',
  ),
)
