namespace VaeSweep.Cli.Dashboard;

/// <summary>Answers one kind of request.</summary>
internal delegate Task<Reply> Answering(Asked asked, CancellationToken cancellationToken);

/// <summary>For how long an answer is the same for all who may ask.</summary>
internal enum Keeping
{
    No,

    /// <summary>Until the sweep of its address has changed, or anything.</summary>
    UntilChange,

    /// <summary>Until a trial of that sweep has begun or ended: epochs and remarks are not in it.</summary>
    UntilResult,
}

/// <summary>Finds what answers an address: by its parts, of which none is taken for a path of files.</summary>
internal sealed class Router
{
    private readonly List<(string Method, string[] Parts, Answering Answer, Keeping Keeping)> _routes = [];

    /// <param name="route">As "/api/sweeps/{id}".</param>
    public void Add(string method, string route, Answering answer, Keeping keeping = Keeping.No) =>
        _routes.Add((method, route.Split('/'), answer, keeping));

    /// <returns>Null where nothing is there; the answering is null where that is not to be had by this method.</returns>
    public (Answering? Answer, IReadOnlyDictionary<string, string> Parts, Keeping Keeping)? Find(string method, string path)
    {
        var parts = path.Split('/');
        var isThere = false;
        foreach (var route in _routes)
        {
            if (Match(route.Parts, parts) is not { } found)
                continue;
            if (route.Method == method)
                return (route.Answer, found, route.Keeping);
            isThere = true;
        }

        return isThere ? (null, new Dictionary<string, string>(), Keeping.No) : null;
    }

    private static Dictionary<string, string>? Match(string[] route, string[] parts)
    {
        if (route.Length != parts.Length)
            return null;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < route.Length; i++)
        {
            if (route[i] is ['{', .. var name, '}'])
            {
                if (!Asked.Fits(name, parts[i]))
                    return null;
                found[name] = parts[i];
            }
            else if (route[i] != parts[i])
            {
                return null;
            }
        }

        return found;
    }
}
