import { expect } from 'vitest'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'
import type { Control } from './use-control.ts'

export interface SharedScope {
  readonly id: string
  readonly at: string
  /** Attaches a fault to what stands for `web` in the scope. */
  add(fault: object): Promise<void>
}

export interface Shared extends Control {
  readonly port: number
  /** On a connection of its own, kept alive. */
  ask(headers?: Record<string, string | string[]>, path?: string): Promise<number>
  /** A scope that shares `web`. */
  scope(input?: object, share?: object): Promise<SharedScope>
}

/** A control plane with the http proxy `web` in the default scope, before a server that answers 200. */
export async function useOneListener(): Promise<Shared> {
  const control = useControl()
  const { call } = control
  const upstream = await useHttpServer((req, res) => {
    req.resume()
    req.on('end', () => res.end('ok'))
  })
  const made = await call('PUT', '/v1/proxies/web', { body: { upstream, protocol: 'http' } })
  const port = Number(made.json.listen.split(':').at(-1))
  const caller = useCaller(port)
  return {
    ...control,
    port,
    ask: async (headers = {}, path = '/') => (await caller(path, { headers })).status,
    async scope(input, share) {
      const { json } = await call('POST', '/v1/scopes', input === undefined ? {} : { body: input })
      const at = `/v1/scopes/${json.id}`
      const joined = await call('PUT', `${at}/shared/web`, share === undefined ? {} : { body: share })
      expect(joined.status, joined.text).toBe(201)
      const add = async (fault: object): Promise<void> => {
        const added = await call('POST', `${at}/proxies/web/faults`, { body: fault })
        expect(added.status, added.text).toBe(201)
      }
      return { id: json.id, at, add }
    },
  }
}

/** Answers with this status at once. */
export const abort = (status: number, more: object = {}): object => ({
  name: 'abort',
  kind: 'http_abort',
  attributes: { status },
  ...more,
})
