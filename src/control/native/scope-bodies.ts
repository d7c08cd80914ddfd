import { choice, integer, ms } from '../../contract/attributes.ts'
import type { JsonSchema } from '../../contract/attributes.ts'
import { SCOPE_CLOCKS } from '../../contract/scope-wire.ts'
import type { ScopeInput, ShareInput } from '../../contract/scope-wire.ts'
import { DEFAULT_TTL_MS } from '../../experiment/scopes/scopes.ts'
import type { Body } from './bodies.ts'
import { readConverted } from './read-converted.ts'

const TTL = ms('It ends when nobody renews it, nor holds it through a stream, for so long.', { min: 100 })
const NO_TTL = `Default: ${DEFAULT_TTL_MS / 1000}s, and none where a process is given.`

export const SCOPE_INPUT: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ttl: { ...TTL, description: `${String(TTL.description)} ${NO_TTL}` },
    seed: {
      type: ['string', 'integer'],
      minimum: Number.MIN_SAFE_INTEGER,
      maximum: Number.MAX_SAFE_INTEGER,
      pattern: '^[\\x21-\\x7e]{1,64}$',
      'x-allowed': '1 to 64 printable characters without spaces, or a whole number',
      description: "All chance in it follows from it. Default: the daemon's.",
    },
    labels: {
      type: 'object',
      maxProperties: 32,
      propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$' },
      additionalProperties: { type: 'string', maxLength: 500 },
      description: "For people and filters: a test's file and name, say.",
    },
    owner: { type: 'string', minLength: 1, maxLength: 200, description: 'Who it is for, in words.' },
    process: integer("Pid of a process on the daemon's machine (Linux); the scope ends with it.", {
      min: 1,
      max: 2 ** 31 - 1,
    }),
    clock: choice('What its faults and runs go by; `manual` stands still until it is advanced.', SCOPE_CLOCKS, {
      default: 'real',
    }),
  },
}

export const ADVANCE: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: {
    by: ms('So far.', { min: 1 }),
    to: choice('To the next moment at which anything is due.', ['next']),
  },
}

export const SCOPE_RENEW: JsonSchema = { type: 'object', additionalProperties: false, properties: { ttl: TTL } }

export const SHARE: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    clients: {
      type: 'array',
      maxItems: 100,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: 64 },
      default: [],
      description: "Addresses of clients whose requests are the scope's where they carry no mark.",
    },
  },
}

/** Exactly one of the two. */
export const advanceBody: Body<{ readonly by?: number; readonly to?: 'next' }> = {
  shape: 'AdvanceInput',
  read: (value) => readConverted(ADVANCE, value, 'how far the time is to be moved'),
}

/** A scope may be opened, and renewed, with no body at all. */
export const scopeBody: Body<ScopeInput & { readonly ttl?: number }> = {
  shape: 'ScopeInput',
  read: (value = {}) => readConverted(SCOPE_INPUT, value, 'the scope'),
}

export const scopeRenewBody: Body<{ readonly ttl?: number }> = {
  shape: 'ScopeRenew',
  read: (value = {}) => readConverted(SCOPE_RENEW, value, 'the renewal of the scope'),
}

export const shareBody: Body<ShareInput> = {
  shape: 'ShareInput',
  read: (value = {}) => readConverted(SHARE, value, 'how to share the listener'),
}
