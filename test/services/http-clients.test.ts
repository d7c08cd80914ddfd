import { describe } from 'vitest'
import { LANES, clientCases } from '../plane/http/client-cases.ts'
import type { Site } from '../plane/http/client-cases.ts'
import { fetchClient, nodeClient } from '../plane/http/clients.ts'
import { useSite } from '../plane/http/use-site.ts'
import { describeWith } from './commands.ts'
import { curlClient } from './curl.ts'
import { useNginx } from './use-nginx.ts'

/** nginx takes uploads and forgets them. */
async function useNginxSite(): Promise<Site> {
  return {
    address: await useNginx(),
    short: [['/hello', 'hello from nginx']],
    long: ['/big', 3_000_000],
    upload: ['/hello', () => 'hello from nginx'],
  }
}

describe.each(LANES)('through the %s lane', (lane, faults) => {
  describeWith(['curl'], 'curl before node:http', () => clientCases(curlClient, lane, faults, useSite))
  describeWith(['nginx'], 'before nginx', () => {
    for (const client of [fetchClient, nodeClient]) clientCases(client, lane, faults, useNginxSite)
  })
  describeWith(['curl', 'nginx'], 'curl before nginx', () => clientCases(curlClient, lane, faults, useNginxSite))
})
