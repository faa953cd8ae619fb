namespace VaeSweep.Deploy.Tests.Security;

/// <summary>A certificate authority of a test's own, made with openssl.</summary>
internal sealed class Authority
{
    private readonly string _folder;
    private readonly string _openssl = Needs.Program("openssl", "openssl");

    private Authority(string folder) => _folder = folder;

    /// <summary>What clients verify by.</summary>
    public string Root => Path.Combine(_folder, "ca.crt");

    public static async Task<Authority> CreateAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var authority = new Authority(folder);
        await authority.DoAsync(cancellationToken, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=Authority of a test");
        return authority;
    }

    /// <summary>Signs a server's certificate.</summary>
    /// <param name="name">As clients call it.</param>
    /// <returns>Paths of the certificate and of its key.</returns>
    public async Task<(string Certificate, string Key)> SignAsync(string name, CancellationToken cancellationToken)
    {
        await DoAsync(cancellationToken, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out", "server.csr", "-subj", $"/CN={name}");
        await File.WriteAllTextAsync(Path.Combine(_folder, "names"), $"subjectAltName=DNS:{name}\n", cancellationToken);
        await DoAsync(cancellationToken, "x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.crt", "-days", "2", "-extfile", "names");
        return (Path.Combine(_folder, "server.crt"), Path.Combine(_folder, "server.key"));
    }

    private async Task DoAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await Said.RunAsync(_folder, new Dictionary<string, string?>(StringComparer.Ordinal), _openssl, arguments, cancellationToken)).Succeeded($"openssl {arguments[0]}");
}
