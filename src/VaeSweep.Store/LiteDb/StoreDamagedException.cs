namespace VaeSweep.Store.LiteDb;

/// <summary>Something in the store is not what was written there; the message says which part, and what can be done.</summary>
public sealed class StoreDamagedException(string message, Exception? inner = null) : StoreException(message, inner);
