namespace VaeSweep.Sweeps;

/// <summary>Stands at the head of a file whose class has kinds in static properties: <see cref="KindFinder"/> looks
/// there.</summary>
/// <param name="type">The class.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class KindsInAttribute(Type type) : Attribute
{
    public Type Type => type;
}
