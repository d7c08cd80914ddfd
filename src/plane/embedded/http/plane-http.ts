import { ExchangeServer } from './exchange-lane.ts'
import type { RequestHead, ResponseHead } from './head.ts'
import { HeadBook } from './head-book.ts'

/** What all HTTP connections of a plane have in common; each part is made with the first that needs it. */
export class PlaneHttp {
  #server: ExchangeServer | undefined
  #requests: HeadBook<RequestHead> | undefined
  #responses: HeadBook<ResponseHead> | undefined

  get server(): ExchangeServer {
    return (this.#server ??= new ExchangeServer())
  }

  get requests(): HeadBook<RequestHead> {
    return (this.#requests ??= new HeadBook())
  }

  get responses(): HeadBook<ResponseHead> {
    return (this.#responses ??= new HeadBook())
  }
}
