; Taken by electron-builder into the installer for Windows. The command of the program goes into the folder of commands that
; every user of Windows 10 and newer has in the path, so the path itself stays as it is. NSIS writes the letters of Windows and
; cmd reads those of the console, which are others: below the person's own folder, whose name may hold any, the variable
; stands for it.
!define COMMAND_FILE "$PROFILE\AppData\Local\Microsoft\WindowsApps\video-inbox.cmd"

!macro customInstall
  StrLen $0 "$PROFILE\"
  StrCpy $1 "$INSTDIR" $0
  ${If} $1 == "$PROFILE\"
    StrCpy $1 "$INSTDIR" "" $0
    StrCpy $1 "%USERPROFILE%\$1"
  ${Else}
    StrCpy $1 "$INSTDIR"
  ${EndIf}
  FileOpen $0 "${COMMAND_FILE}" w
  FileWrite $0 '@"$1\${APP_EXECUTABLE_FILENAME}" %*$\r$\n'
  FileClose $0
!macroend

!macro customUnInstall
  Delete "${COMMAND_FILE}"
!macroend
