namespace VaeSweep.Chaos;

/// <summary>Who is killed.</summary>
internal enum Victim
{
    Everyone,
    Parent,
    Trainer,
}
