/** A killed head stays as it is: its topic is gone, and a topic made again under the name is another one. */
export const topicIsAlive = 'attribute_not_exists(k)';

export const headExists = 'attribute_exists(pk)';
