/** The release whose API we answer to. Ruby's client chooses its methods by it. */
export const TOXIPROXY_VERSION = '2.12.0'

/** To the byte as Toxiproxy sends it: a space after the colon, and a newline. */
export const VERSION_BODY = `{"version": "${TOXIPROXY_VERSION}"}\n`
export const VERSION_TYPE = 'application/json;charset=utf-8'
