import { Toxiproxy } from 'toxiproxy-node-client'
import type { ICreateToxicBody, Latency, Slicer } from 'toxiproxy-node-client'
import { describe, expect, test } from 'vitest'
import { useControl } from './use-control.ts'

const UPSTREAM = '127.0.0.1:9'

describe('toxiproxy-node-client, unmodified, over a socket', () => {
  async function useClient(): Promise<Toxiproxy> {
    return new Toxiproxy(await useControl().listen())
  }

  test('creates, gets, lists, updates and removes proxies', async () => {
    const client = await useClient()
    const made = await client.createProxy({ name: 'db', listen: 'localhost:0', upstream: UPSTREAM })
    expect(made.toJson()).toMatchObject({ name: 'db', upstream: UPSTREAM, enabled: true })
    expect((await client.get('db')).toJson()).toEqual(made.toJson())
    const updated = await made.update({ enabled: false, listen: made.listen, upstream: 'somehost:12345' })
    expect(updated.toJson()).toEqual({ ...made.toJson(), enabled: false, upstream: 'somehost:12345' })
    const all = await client.getAll()
    expect(Object.keys(all)).toEqual(['db'])
    expect(all['db']?.listen).toBe(made.listen)
    await made.remove()
    expect(await client.getAll()).toEqual({})
  })

  test('names its errors by status', async () => {
    const client = await useClient()
    const body = { name: 'db', listen: 'localhost:0', upstream: UPSTREAM }
    const made = await client.createProxy(body)
    await expect(client.createProxy(body)).rejects.toThrow('Request failed with status code 409')
    await expect(client.get('none')).rejects.toThrow('Request failed with status code 404')
    await expect(made.getToxic('none')).rejects.toThrow('Request failed with status code 404')
    const toxic = { type: 'latency', attributes: { latency: 1, jitter: 0 } } as ICreateToxicBody<Latency>
    await made.addToxic(toxic)
    await expect(made.addToxic(toxic)).rejects.toThrow('Request failed with status code 409')
  })

  test('adds, gets, updates and removes toxics', async () => {
    const client = await useClient()
    const proxy = await client.createProxy({ name: 'db', listen: 'localhost:0', upstream: UPSTREAM })
    const toxic = await proxy.addToxic({
      type: 'latency',
      attributes: { latency: 1000, jitter: 100 },
    } as ICreateToxicBody<Latency>)
    const json = {
      name: 'latency_downstream',
      type: 'latency',
      stream: 'downstream',
      toxicity: 1,
      attributes: { latency: 1000, jitter: 100 },
    }
    expect(toxic.toJson()).toEqual(json)
    expect((await proxy.getToxic('latency_downstream')).toJson()).toEqual(json)
    const changed = await toxic.update({ ...toxic.toJson(), attributes: { latency: 5 } as Latency, toxicity: 0.5 })
    expect(changed.toJson()).toEqual({ ...json, toxicity: 0.5, attributes: { latency: 5, jitter: 100 } })
    const slicer = {
      type: 'slicer',
      stream: 'upstream',
      name: 's',
      toxicity: 1,
      attributes: { average_size: 1000, size_variation: 1000, delay: 1 },
    }
    expect((await proxy.addToxic(slicer as unknown as ICreateToxicBody<Slicer>)).toJson()).toMatchObject({
      name: 's',
      stream: 'upstream',
    })
    await toxic.remove()
    await expect(proxy.getToxic('latency_downstream')).rejects.toThrow('404')
  })

  test('populates, resets and reads the version', async () => {
    const client = await useClient()
    const proxies = await client.populate([
      { name: 'a', listen: 'localhost:0', upstream: UPSTREAM },
      { name: 'b', listen: 'localhost:0', upstream: UPSTREAM },
    ])
    expect(Object.keys(proxies)).toEqual(['a', 'b'])
    expect(await client.populate([])).toEqual({})
    await proxies['a']?.update({ enabled: false, listen: proxies['a'].listen, upstream: UPSTREAM })
    await client.reset()
    expect((await client.get('a')).toJson()).toEqual(proxies['a']?.toJson())
    expect(await client.getVersion()).toBe('{"version": "2.12.0"}\n')
  })
})

describe('clients in other languages, by the requests they are known to send', () => {
  test('.NET: fields in Pascal case, streams too, errors as JSON', async () => {
    const { call } = useControl()
    const made = await call('POST', '/proxies', {
      raw: '{"Toxics":null,"Name":"db","Listen":"127.0.0.1:0","Upstream":"127.0.0.1:9","Enabled":true}',
    })
    expect(made.status).toBe(201)
    const raw =
      '{"Attributes":{"Latency":1000,"Jitter":10},"Name":"t","Type":"latency","Stream":"UpStream","Toxicity":0.5}'
    const toxic = await call('POST', '/proxies/db/toxics', { raw })
    expect(toxic.json).toEqual({
      attributes: { latency: 1000, jitter: 10 },
      name: 't',
      type: 'latency',
      stream: 'UpStream',
      toxicity: 0.5,
    })
    expect(
      (
        await call('POST', '/proxies/db', {
          raw: '{"Name":"db","Listen":"127.0.0.1:0","Upstream":"127.0.0.1:9","Enabled":false}',
        })
      ).json.enabled,
    ).toBe(false)
    expect((await call('POST', '/reset')).status).toBe(204)
    expect((await call('GET', '/proxies/none')).headers['content-type']).toBe('application/json')
  })

  test('Ruby: enabled null, PATCH because of the version, listen in two parts', async () => {
    const { call } = useControl()
    const made = await call('POST', '/proxies', {
      raw: '{"name":"db","upstream":"127.0.0.1:9","listen":"localhost:0","enabled":null}',
    })
    expect(made.json.listen.split(':')).toHaveLength(2)
    const { version } = (await call('GET', '/version')).json
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    const off = await call('PATCH', '/proxies/db', { raw: '{"enabled":false}' })
    expect(off.json).toMatchObject({ enabled: false, listen: made.json.listen })
    const toxic = await call('POST', '/proxies/db/toxics', {
      raw: '{"name":null,"type":"latency","stream":"downstream","toxicity":1.0,"attributes":{"latency":100}}',
    })
    expect(toxic.json.name).toBe('latency_downstream')
    expect((await call('POST', '/populate', { raw: '[]' })).json.proxies.map(String)).toEqual([])
  })

  test('PHP: listen null, name null, exact statuses', async () => {
    const { call } = useControl()
    const made = await call('POST', '/proxies', { raw: '{"name":"db","upstream":"127.0.0.1:9","listen":null}' })
    expect([made.status, made.json.toxics]).toEqual([201, []])
    const toxic = await call('POST', '/proxies/db/toxics', {
      raw: '{"name":null,"type":"latency","stream":"downstream","toxicity":1,"attributes":{"latency":1}}',
    })
    expect(toxic.status).toBe(200)
    expect(
      (
        await call('POST', '/proxies/db/toxics/latency_downstream', {
          raw: '{"toxicity":1,"attributes":{"latency":2}}',
        })
      ).status,
    ).toBe(200)
    expect(
      (await call('POST', '/proxies/db', { raw: '{"enabled":true,"upstream":"127.0.0.1:9","listen":null}' })).status,
    ).toBe(200)
    expect((await call('DELETE', '/proxies/db/toxics/latency_downstream')).status).toBe(204)
    expect((await call('POST', '/populate', { raw: '[{"name":"x","upstream":"127.0.0.1:9"}]' })).status).toBe(201)
    expect((await call('POST', '/reset', { raw: '' })).status).toBe(204)
  })

  test('Rust: empty toxics in populate mean nothing, answers are a map of arrays, attributes whole numbers', async () => {
    const { call } = useControl()
    const raw = '[{"name":"db","listen":"localhost:0","upstream":"127.0.0.1:9","enabled":true,"toxics":[]}]'
    await call('POST', '/populate', { raw })
    await call('POST', '/proxies/db/toxics', {
      raw: '{"name":"t","type":"slicer","stream":"downstream","toxicity":1.0,"attributes":{"average_size":64}}',
    })
    const { json } = await call('POST', '/populate', { raw })
    for (const value of Object.values(json)) expect(Array.isArray(value)).toBe(true)
    const [toxic] = json.proxies[0].toxics
    for (const value of Object.values(toxic.attributes)) expect(Number.isInteger(value)).toBe(true)
  })

  test('Elixir: JSON content-type on whatever has a body', async () => {
    const { call } = useControl()
    const made = await call('POST', '/proxies', {
      raw: '{"name":"db","upstream":"127.0.0.1:9","listen":"localhost:0","enabled":null}',
    })
    for (const reply of [
      made,
      await call('GET', '/proxies'),
      await call('GET', '/proxies/none'),
      await call('GET', '/version'),
    ]) {
      expect(reply.headers['content-type']).toMatch(/^application\/json/)
    }
  })

  test('Go: toxics null, whole proxies sent back, errors with text and status, request ids', async () => {
    const { call } = useControl()
    const made = await call('POST', '/proxies', {
      raw: '{"name":"db","listen":"localhost:0","upstream":"127.0.0.1:9","enabled":true,"toxics":null}',
    })
    expect(made.json.toxics).toEqual([])
    const toxic = await call('POST', '/proxies/db/toxics', {
      raw: '{"name":"","type":"latency","toxicity":1,"attributes":null}',
    })
    expect(toxic.json).toMatchObject({ name: 'latency_downstream', attributes: { latency: 0, jitter: 0 } })
    const whole = (await call('GET', '/proxies/db')).text
    expect((await call('POST', '/proxies/db', { raw: whole })).text).toBe(whole)
    expect(
      (await call('PATCH', '/proxies/db/toxics/latency_downstream', { raw: '{"attributes":{"latency":7}}' })).json
        .toxicity,
    ).toBe(1)
    const error = await call('POST', '/proxies', { raw: whole })
    expect([error.status, error.json]).toEqual([409, { error: 'proxy already exists', status: 409 }])
  })

  test('Python: POST for everything, a body of 200 is JSON, a second create is 409', async () => {
    const { call } = useControl()
    const raw = '{"name":"db","upstream":"127.0.0.1:9"}'
    expect((await call('POST', '/proxies', { raw })).status).toBe(201)
    expect((await call('POST', '/proxies', { raw })).status).toBe(409)
    expect((await call('POST', '/proxies/db', { raw: '{"enabled":false}' })).json.enabled).toBe(false)
    expect((await call('GET', '/not_found')).status).toBe(404)
    expect((await call('POST', '/proxies/db/toxics', { raw: '{"type":"latency","stream":"sideways"}' })).status).toBe(
      400,
    )
  })

  test('Java: streams in capitals, attributes as given', async () => {
    const { call } = useControl()
    await call('POST', '/proxies', { raw: '{"name":"db","upstream":"127.0.0.1:9","listen":"127.0.0.1:0"}' })
    const raw = '{"name":"t","type":"bandwidth","stream":"DOWNSTREAM","toxicity":1.0,"attributes":{"rate":1000}}'
    expect((await call('POST', '/proxies/db/toxics', { raw })).json).toMatchObject({
      stream: 'DOWNSTREAM',
      attributes: { rate: 1000 },
    })
  })
})
