const part = encodeURIComponent

export const scopePath = (id: string): string => `/v1/scopes/${part(id)}`
export const proxyPath = (name: string): string => `/proxies/${part(name)}`
export const faultPath = (proxy: string, fault?: string): string =>
  `${proxyPath(proxy)}/faults${fault === undefined ? '' : `/${part(fault)}`}`
