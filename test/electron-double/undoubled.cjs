'use strict';

/** `object`, but asking it for something that the double does not have throws. */
function strict(name, object) {
  return new Proxy(object, {
    get(target, property, receiver) {
      if (property in target || typeof property === 'symbol' || property === 'then' || property === 'toJSON') {
        return Reflect.get(target, property, receiver);
      }
      if (property.startsWith('_')) return undefined;
      throw new Error(`${name}.${property} is not doubled`);
    },
  });
}

module.exports = { strict };
