namespace VaeSweep.Store.LiteDb;

/// <summary>Somebody else has the store open; the message says who.</summary>
/// <param name="owner">Who has it open to write; null when only readers have it, or when it is not known.</param>
public sealed class StoreInUseException(string message, StoreOwner? owner) : StoreException(message)
{
    public StoreOwner? Owner { get; } = owner;
}
