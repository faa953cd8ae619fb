namespace VaeSweep.Store;

/// <summary>A configuration without its seed, told by what it has besides another's: points of a sweep agree in nearly every
/// path.</summary>
/// <param name="Key">Of this store alone.</param>
/// <param name="Base">One object for all points that are told against it; often of the point itself.</param>
/// <param name="Changes">A JSON object: values of the point where they are not the base's. Every path of the base is one of the
/// point's.</param>
public sealed record PointRecord(long Key, PointBase Base, string Changes);

/// <summary>A whole configuration without its seed.</summary>
/// <param name="Config">Canonical JSON.</param>
public sealed record PointBase(long Key, string Config);
