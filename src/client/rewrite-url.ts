/**
 * A connection string with another address in it; user, password, path and query stay to the letter.
 * @param listen `host:port` of a proxy
 * @throws TypeError when the text has no `scheme://host`, names several hosts, or the proxy listens on a unix socket
 */
export function rewriteUrl(url: string, listen: string): string {
  if (listen.startsWith('unix:'))
    throw new TypeError(`a connection string cannot name ${listen}; give the proxy a port`)
  // Not the URL class: it writes what it does not know in ways of its own, and drops default ports.
  const found = /^([a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?)([^/?#]+)(.*)$/is.exec(url)
  if (found === null)
    throw new TypeError(`${JSON.stringify(hide(url))} is no connection string such as redis://localhost:6379/0`)
  const [, before = '', host = '', after = ''] = found
  if (host.includes(',')) {
    throw new TypeError(
      `${JSON.stringify(hide(url))} names several hosts; make a proxy for each, and rewrite them one by one`,
    )
  }
  return before + listen + after
}

/** Passwords stay out of messages. */
const hide = (url: string): string => url.replace(/\/\/[^/?#]*@/, '//***@')
