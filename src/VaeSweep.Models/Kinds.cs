namespace VaeSweep.Models;

/// <summary>The kinds of a part whose every kind has a file of its own.</summary>
internal static class Kinds
{
    /// <param name="part">For error messages: "decoder".</param>
    /// <param name="path">The configuration path that takes their names.</param>
    public static Registry<Func<TContext, TPart>> Of<TContext, TPart>(string part, string path)
    {
        var found = KindFinder.For<Kind<TContext, TPart>>(ConfigSchema.Find(path)!.Allowed);
        return new(part, found.ToDictionary(kind => kind.Name, kind => kind.Make));
    }
}
